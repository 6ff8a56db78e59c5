import CodecCompression
import CodecMaps

/// Values by the hash of the bytes that they are made from: kept in memory and on disk, and fetched once however
/// many ask for one at the same time.
actor ContentCache<Value: Sendable> {
    private let store: ContentStore?
    private let reader: Reader
    private let capacity: Int
    /// How values come about.
    struct Reader: Sendable {
        /// Reads a value from bytes that have the right hash, or throws `invalidDocument`.
        var make: @Sendable ([UInt8]) throws(ClientError) -> Value
        /// Opens a file that is kept, and checks it against the hash; nil to have the bytes read and checked.
        var open: (@Sendable (_ path: String, ContentHash) -> Value?)?
    }

    private var values: [ContentHash: Value] = [:]
    /// The one that was asked for last is last.
    private var order: [ContentHash] = []
    private typealias Flight = Task<Result<Value, ClientError>, Never>
    private var flights: [ContentHash: Flight] = [:]

    /// - Parameters:
    ///   - store: where bytes are kept; nil for memory only.
    ///   - capacity: values kept in memory.
    init(store: ContentStore?, capacity: Int = 32, reader: Reader) {
        self.store = store
        self.capacity = capacity
        self.reader = reader
    }

    /// - Parameter fetch: gets the bytes, unless they are here.
    /// - Throws: `hashMismatch` when these are not the bytes of that hash; what `fetch` and `make` throw.
    func value(
        _ hash: ContentHash, fetch: @escaping @Sendable () async throws(ClientError) -> [UInt8]
    ) async throws(ClientError) -> Value {
        if let value = values[hash] {
            remember(value, hash)
            return value
        }
        if let others = flights[hash] {
            switch await Self.end(of: others) {
            case .success(let value):
                remember(value, hash)
                return value
            case .failure(let error) where error.code == .cancelled: throw error
            // Others may ask elsewhere, or with other rights: what they fail to get may be had.
            case .failure: break
            }
        }
        let flight = Flight { [store, reader] in
            do throws(ClientError) {
                return .success(try await Self.load(hash, store, reader, fetch))
            } catch {
                return .failure(error)
            }
        }
        flights[hash] = flight
        let result = await Self.end(of: flight)
        if flights[hash] == flight { flights[hash] = nil }
        let value = try result.get()
        remember(value, hash)
        return value
    }

    /// What comes of a flight, or of the cancellation of the task that waits for it: others who wait still get it.
    private static func end(of flight: Flight) async -> Result<Value, ClientError> {
        let answer = FirstAnswer<Result<Value, ClientError>>()
        return await answer.value(cancelled: .failure(ClientError.cancellation)) {
            Task { answer.give(await flight.value) }
        }
    }

    /// The value if it is here, in memory or on disk.
    func cached(_ hash: ContentHash) -> Value? {
        if let value = values[hash] { return value }
        guard let value = Self.open(hash, store, reader) else { return nil }
        remember(value, hash)
        return value
    }

    private func remember(_ value: Value, _ hash: ContentHash) {
        values[hash] = value
        order.removeAll { $0 == hash }
        order.append(hash)
        if order.count > capacity { values[order.removeFirst()] = nil }
    }

    private static func load(
        _ hash: ContentHash, _ store: ContentStore?, _ reader: Reader,
        _ fetch: () async throws(ClientError) -> [UInt8]
    ) async throws(ClientError) -> Value {
        if let value = open(hash, store, reader) { return value }
        let bytes = try await fetch()
        let actual = ContentHash(of: bytes)
        guard actual == hash else {
            throw ClientError(.hashMismatch, "the bytes that came have the hash \(actual), expected \(hash)")
        }
        // First read, then kept: the store holds nothing that cannot be used.
        let value = try reader.make(bytes)
        guard let store, store.write(bytes, hash) else { return value }
        return open(hash, store, reader) ?? value
    }

    private static func open(_ hash: ContentHash, _ store: ContentStore?, _ reader: Reader) -> Value? {
        guard let store else { return nil }
        let value: Value?
        if let open = reader.open {
            guard let path = store.path(hash) else { return nil }
            value = open(path, hash)
        } else {
            guard let bytes = store.bytes(hash) else { return nil }
            value = try? reader.make(bytes)
        }
        if value == nil { store.remove(hash) }
        return value
    }
}
