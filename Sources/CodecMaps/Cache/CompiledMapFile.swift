internal import CodecCompression
internal import CodecCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A compiled map as a file: a header, the document without its vocabulary and merges, and the vocabulary's tables,
/// which are used where they lie.
enum CompiledMapFile {
    private struct Header {
        var magic = Header.expectedMagic
        var source: SourceIdentity
        /// Of the whole document.
        var hash: Digest
        /// Of that hash and the part of the document that is kept here.
        var factsHash: Digest
        var factsCount: UInt64

        /// Changes with the layout, with what the facts mean, and with what maps are made of models' own files.
        static let expectedMagic: UInt64 = 0x0002_5041_4D43_4443
    }

    /// The 32 bytes of a hash.
    private struct Digest: Equatable {
        var words: (UInt64, UInt64, UInt64, UInt64)

        init(_ hash: ContentHash) {
            func word(_ index: Int) -> UInt64 {
                UInt64(hash.hex.dropFirst(16 * index).prefix(16), radix: 16) ?? 0
            }
            words = (word(0), word(1), word(2), word(3))
        }

        var hash: ContentHash? {
            func digits(_ word: UInt64) -> String {
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            return ContentHash(
                "sha256:" + digits(words.0) + digits(words.1) + digits(words.2) + digits(words.3))
        }

        static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }
    }

    /// Tables begin at a multiple of this.
    private static let alignment = 4_096

    private static func tableOffset(factsCount: Int) -> Int {
        (MemoryLayout<Header>.size + factsCount + alignment - 1) / alignment * alignment
    }

    /// The file's content.
    static func bytes(of map: TokenizerMap, source: SourceIdentity) -> [UInt8] {
        let facts = map.facts.canonicalBytes()
        let header = Header(
            source: source, hash: Digest(map.hash), factsHash: factsHash(facts, of: map.hash),
            factsCount: UInt64(facts.count))
        var bytes = withUnsafeBytes(of: header) { Array($0) }
        bytes += facts
        bytes += repeatElement(0, count: tableOffset(factsCount: facts.count) - bytes.count)
        bytes += map.vocabulary.image
        return bytes
    }

    /// - Parameters:
    ///   - path: the compiled map.
    ///   - sourcePath: the file that it should have been made from.
    /// - Returns: nil when there is no such file, or it is damaged, of another version, or made from other
    ///   files than those that are there now.
    static func open(path: String, sourcePath: String, source: SourceIdentity) -> TokenizerMap? {
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let header = readHeader(descriptor), header.magic == Header.expectedMagic,
            header.source == source, let hash = header.hash.hash,
            let facts = readFacts(descriptor, header, hash),
            let document = try? MapDocument(parsingFacts: facts),
            let tables = MappedFile(
                descriptor: descriptor, from: tableOffset(factsCount: facts.count))
        else { return nil }
        return TokenizerMap(facts: document, hash: hash, tables: tables, path: sourcePath)
    }

    private static func readFacts(_ descriptor: Int32, _ header: Header, _ hash: ContentHash) -> [UInt8]? {
        guard header.factsCount <= UInt64(MapDocument.maximumBytes) else { return nil }
        let count = Int(header.factsCount)
        var facts = [UInt8](repeating: 0, count: count)
        let got = facts.withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, count, off_t(MemoryLayout<Header>.size))
        }
        return got == count && factsHash(facts, of: hash) == header.factsHash ? facts : nil
    }

    private static func factsHash(_ facts: [UInt8], of hash: ContentHash) -> Digest {
        Digest(ContentHash(of: Array(hash.hex.utf8) + facts))
    }

    private static func readHeader(_ descriptor: Int32) -> Header? {
        let count = MemoryLayout<Header>.size
        return withUnsafeTemporaryAllocation(
            byteCount: count, alignment: MemoryLayout<Header>.alignment
        ) { buffer in
            guard pread(descriptor, buffer.baseAddress, count, 0) == count else { return nil }
            return buffer.load(as: Header.self)
        }
    }
}

/// `open`, whose name the functions here shadow.
private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
