import CodecServer
import Foundation

/// Certificates for `localhost` that sign themselves, with their keys, good for a hundred years and for nothing else.
enum TestCertificate: String, CaseIterable {
    case one, two

    /// Writes the files into a folder, over those of another.
    @discardableResult
    func write(to folder: URL) throws -> TLSFiles {
        let certificate = folder.appendingPathComponent("cert.pem")
        let key = folder.appendingPathComponent("key.pem")
        try pem.certificate.write(to: certificate, atomically: true, encoding: .utf8)
        try pem.key.write(to: key, atomically: true, encoding: .utf8)
        return TLSFiles(certificate: certificate.path, key: key.path)
    }

    private var pem: (certificate: String, key: String) {
        switch self {
        case .one: (Self.firstCertificate, Self.firstKey)
        case .two: (Self.secondCertificate, Self.secondKey)
        }
    }

    private static let firstCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBkDCCATWgAwIBAgIUOg7z2FeRhXh94duK6uGNsVohR44wCgYIKoZIzj0EAwIw
        DjEMMAoGA1UEAwwDb25lMCAXDTI2MTEyMTIyMDczN1oYDzIxMjYxMDI4MjIwNzM3
        WjAOMQwwCgYDVQQDDANvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATujyWa
        rP4UZ/KUs7/haUWcZM+nTPZSNjV235H2QV/9nvJSHcL9kYXRjbLKTCd0pbyXwIcV
        0eFvH+iJDQ9fhDtpo28wbTAdBgNVHQ4EFgQUE1wDQixLgPBDKacUC7hLe8s+sq0w
        HwYDVR0jBBgwFoAUE1wDQixLgPBDKacUC7hLe8s+sq0wDwYDVR0TAQH/BAUwAwEB
        /zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIh
        AKQsP1ShUwTB03ws/1DAw1IsLs1d9qCb1j3wN9vy3czFAiEAp/Y22Nnzsew6JjN9
        GspbzP8qOHwofcD75ie3exTWcTA=
        -----END CERTIFICATE-----
        """
    private static let firstKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwAvwXjJYgRunRkuq
        dNeTeq4lGOTAnLFwzyrEs8FJdtahRANCAATujyWarP4UZ/KUs7/haUWcZM+nTPZS
        NjV235H2QV/9nvJSHcL9kYXRjbLKTCd0pbyXwIcV0eFvH+iJDQ9fhDtp
        -----END PRIVATE KEY-----
        """

    private static let secondCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATWgAwIBAgIUbf+cEmM4knF719Caa42Qqf+pm64wCgYIKoZIzj0EAwIw
        DjEMMAoGA1UEAwwDdHdvMCAXDTI2MTEyMTIyMDczOFoYDzIxMjYxMDI4MjIwNzM4
        WjAOMQwwCgYDVQQDDAN0d28wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASTfOlV
        z5g3HIFrV65yXZTtZ4GoOnWHEEHYDDny9SVMbig9P+fBK2vE+gu6pU2wyvFjvMOa
        8/cFeJ5df1dojGhio28wbTAdBgNVHQ4EFgQUpNaaCJOHjRMs+OtapYvUh8GKy3Ew
        HwYDVR0jBBgwFoAUpNaaCJOHjRMs+OtapYvUh8GKy3EwDwYDVR0TAQH/BAUwAwEB
        /zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIh
        ANimcZjpMPZ9PSu7gHKTAv2swWA3eYF4EKRTixo58VZgAiBeiwhmYhQOJt8pvo7y
        eJoH59RwKGEsVTbl6NJxoVoTpQ==
        -----END CERTIFICATE-----
        """
    private static let secondKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzy7x/VMcfIOTacI4
        vCRhaou9P/ElE/oBFXfto8QFC1ShRANCAASTfOlVz5g3HIFrV65yXZTtZ4GoOnWH
        EEHYDDny9SVMbig9P+fBK2vE+gu6pU2wyvFjvMOa8/cFeJ5df1dojGhi
        -----END PRIVATE KEY-----
        """
}
