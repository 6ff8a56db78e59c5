import ArgumentParser
import CodecServer

/// How a server's own connections are protected.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Speak TLS, and HTTP/2 with clients that offer it: the certificate and those that lead to its root. SIGHUP reads it again.",
            valueName: "pem"))
    var tlsCert: String?
    @Option(help: ArgumentHelp("The certificate's private key.", valueName: "pem"))
    var tlsKey: String?

    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key go together")
        }
    }

    var files: TLSFiles? {
        guard let tlsCert, let tlsKey else { return nil }
        return TLSFiles(certificate: tlsCert, key: tlsKey)
    }
}
