internal import NIOSSL

/// A server's certificate and its key, as PEM files.
public struct TLSFiles: Sendable, Equatable {
    /// The certificate, followed by those that lead to its root.
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// TLS 1.2 or later, with the files as they are now.
    /// - Throws: `ServerError` that names the file.
    func load() throws(ServerError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw ServerError(.failed, "\(certificate) is no PEM file with certificates.")
        }
        guard !chain.isEmpty else {
            throw ServerError(.failed, "\(certificate) holds no certificate.")
        }
        do {
            key = try NIOSSLPrivateKey(file: self.key, format: .pem)
        } catch {
            throw ServerError(.failed, "\(self.key) is no PEM file with an unencrypted private key.")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerError(.failed, "\(self.key) is not the key of \(certificate).")
        }
        return configuration
    }
}
