public import CodecCore

/// What a server asks of its clients (spec §4): the pre-flight document.
public struct VersionPolicy: Sendable, Equatable {
    /// These documents, and bodies of refusals, are at most so long.
    public static let maximumBytes = 64 << 10

    public var minimumVersion: CodecVersion
    /// An open set; unknown names are kept.
    public var requiredFeatures: [String]
    public var deploymentID: String?
    public var docsURL: DocumentURL?
    /// A time as RFC 3339 writes it; not checked.
    public var validUntil: String?

    public init(
        minimumVersion: CodecVersion, requiredFeatures: [String] = [], deploymentID: String? = nil,
        docsURL: DocumentURL? = nil, validUntil: String? = nil
    ) {
        self.minimumVersion = minimumVersion
        self.requiredFeatures = requiredFeatures
        self.deploymentID = deploymentID
        self.docsURL = docsURL
        self.validUntil = validUntil
    }

    /// - Throws: `malformed`, `invalidField` or `tooLarge`, with field and byte offset where there are any.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        self = try VersionFields(parsing: bytes).policy()
    }

    /// The document, as it is served.
    public func bytes() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            write(&json)
            json.member("valid_until", validUntil)
        }
        json.newline()
        return json.bytes
    }

    fileprivate func write(_ json: inout JSONWriter) {
        json.member("minimum_version", minimumVersion.description)
        json.member("required_features", requiredFeatures)
        json.member("deployment_id", deploymentID)
        json.member("docs_url", docsURL?.text)
    }
}

/// The body of a 426 (spec §4): the client is too old for the server's policy.
public struct VersionRefusal: Error, Sendable, Equatable {
    /// The value of `error`.
    static let error = "codec_version_required"

    public var policy: VersionPolicy
    /// What the client had said, or what it was taken for.
    public var clientVersion: CodecVersion

    public init(policy: VersionPolicy, clientVersion: CodecVersion) {
        self.policy = policy
        self.clientVersion = clientVersion
    }

    /// - Throws: `malformed`, `invalidField` or `tooLarge`: it is another server's 426.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        let fields = try VersionFields(parsing: bytes)
        guard fields.error == Self.error else {
            throw MapError(.invalidField, field: "error", "must be \"\(Self.error)\"")
        }
        guard let clientVersion = fields.clientVersion else {
            throw MapError(.invalidField, field: "client_version", "is missing")
        }
        policy = try fields.policy()
        self.clientVersion = clientVersion
    }

    /// The body.
    public func bytes() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("error", Self.error)
            policy.write(&json)
            json.member("client_version", clientVersion.description)
        }
        json.newline()
        return json.bytes
    }
}

/// The fields of both.
private struct VersionFields {
    enum Name: String {
        case error
        case minimumVersion = "minimum_version"
        case requiredFeatures = "required_features"
        case clientVersion = "client_version"
        case deploymentID = "deployment_id"
        case docsURL = "docs_url"
        case validUntil = "valid_until"
    }

    var error: String?
    var clientVersion: CodecVersion?
    private var minimumVersion: CodecVersion?
    private var requiredFeatures: [String]?
    private var deploymentID: String?
    private var docsURL: DocumentURL?
    private var validUntil: String?

    init(parsing bytes: [UInt8]) throws(MapError) {
        self = try MapFieldReader.read(bytes, upTo: VersionPolicy.maximumBytes) { (reader) throws(MapError) in
            var fields = VersionFields()
            try reader.fields(of: nil) { (reader, name: Name, field) throws(MapError) in
                switch name {
                case .error: fields.error = try reader.string(field)
                case .minimumVersion: fields.minimumVersion = try reader.codecVersion(field)
                case .clientVersion: fields.clientVersion = try reader.codecVersion(field)
                case .requiredFeatures: fields.requiredFeatures = try reader.strings(field)
                case .deploymentID: fields.deploymentID = try reader.string(field)
                case .docsURL: fields.docsURL = try reader.url(field)
                case .validUntil: fields.validUntil = try reader.string(field)
                }
            }
            return fields
        }
    }

    private init() {}

    func policy() throws(MapError) -> VersionPolicy {
        guard let minimumVersion else {
            throw MapError(.invalidField, field: Name.minimumVersion.rawValue, "is missing")
        }
        guard let requiredFeatures else {
            throw MapError(.invalidField, field: Name.requiredFeatures.rawValue, "is missing")
        }
        return VersionPolicy(
            minimumVersion: minimumVersion, requiredFeatures: requiredFeatures, deploymentID: deploymentID,
            docsURL: docsURL, validUntil: validUntil)
    }
}

extension MapFieldReader {
    fileprivate func codecVersion(_ field: String) throws(MapError) -> CodecVersion {
        guard let version = CodecVersion(try string(field)) else {
            throw invalid(field, "must be a version such as \"0.4\"")
        }
        return version
    }
}
