import Testing

@testable import CodecClient

@Suite struct AddressTests {
    @Test(
        "who is reached by an address",
        arguments: [
            ("8.8.8.8", .public), ("1.1.1.1", .public), ("172.15.0.1", .public), ("172.32.0.1", .public),
            ("100.63.255.255", .public), ("100.128.0.0", .public), ("223.255.255.255", .public),
            ("127.0.0.1", .loopback), ("127.255.0.9", .loopback), ("0.0.0.0", .reserved),
            ("10.1.2.3", .private),
            ("172.16.0.1", .private), ("172.31.255.255", .private), ("192.168.0.1", .private),
            ("169.254.169.254", .linkLocal), ("100.64.0.1", .shared), ("100.100.100.200", .shared),
            ("168.63.129.16", .metadata), ("192.0.2.1", .reserved), ("198.19.0.1", .reserved),
            ("203.0.113.9", .reserved), ("224.0.0.1", .reserved), ("255.255.255.255", .reserved),
            ("2606:4700::1111", .public), ("2a00::1", .public), ("::1", .loopback), ("::", .reserved),
            ("::ffff:127.0.0.1", .loopback), ("::ffff:10.0.0.1", .private), ("::ffff:8.8.8.8", .public),
            ("::127.0.0.1", .loopback), ("64:ff9b::a9fe:a9fe", .linkLocal), ("64:ff9b::808:808", .public),
            ("64:ff9b:1::1", .private), ("2002:a00:1::", .private), ("2002:808:808::", .public),
            ("fd00:ec2::254", .private), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
            ("fec0::1", .private),
            ("ff02::1", .reserved), ("2001:db8::1", .reserved), ("2001:0::1", .reserved),
            ("100::1", .reserved),
        ] as [(String, AddressScope)])
    func scope(_ text: String, scope: AddressScope) throws {
        #expect(try #require(IPAddress(text)).scope == scope)
    }

    @Test("addresses are written as they are read", arguments: ["8.8.8.8", "::1", "2606:4700::1111"])
    func description(_ text: String) throws {
        #expect(IPAddress(text)?.description == text)
    }

    @Test(
        "what is no address",
        arguments: ["", "1.2.3", "127.1", "0x7f.0.0.1", "1.2.3.4.5", "fe80::1%eth0", "::g"])
    func noAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "URLs",
        arguments: [
            ("http://host", "http://host/"), ("HTTPS://Host.Example:443/A?b#c", "https://host.example/A?b"),
            ("http://host.:8080/x", "http://host:8080/x"), ("http://[::1]:80?q", "http://[::1]/?q"),
            ("https://a_b-c.d/%41", "https://a_b-c.d/%41"),
        ])
    func url(_ text: String, meant: String) throws {
        #expect(try WebAddress(text).description == meant)
    }

    @Test(
        "URLs that are refused",
        arguments: [
            "", "host", "//host", "ftp://host", "http:host", "http:///path", "http://", "http://user@host/",
            "http://a:b@host", "http://ho st", "http://host\\@other", "http://host:0", "http://host:65536",
            "http://host:8o", "http://host:", "http://[::1", "http://[::1]x", "http://[127.0.0.1]/",
            "http://[fe80::1%25eth0]/", "http://hé.example", "http://%6c%6fcalhost/", "http://host/\u{0}",
            "http://host/\r\nX: y", "http://a,b/", "http://a/{b}", "http://.", "javascript:alert(1)",
        ])
    func badURL(_ text: String) {
        let error = #expect(throws: ClientError.self) { _ = try WebAddress(text) }
        #expect(error?.code == .invalidURL)
    }

    @Test(
        "references",
        arguments: [
            ("/x", "https://h/x"), ("x", "https://h/a/x"), ("../x", "https://h/x"), ("//o/x", "https://o/x"),
            ("http://o", "http://o/"), ("?q", "https://h/a/b?q"),
        ])
    func reference(_ reference: String, meant: String) throws {
        #expect(try WebAddress("https://h/a/b").resolving(reference).description == meant)
    }

    @Test(
        "references that are refused",
        arguments: ["\\\\o\\x", "/\\o", "https:\\\\o", "data:,x", "//a@o/x", "\u{7f}"])
    func badReference(_ reference: String) throws {
        let base = try WebAddress("https://h/a/b")
        let error = #expect(throws: ClientError.self) { _ = try base.resolving(reference) }
        #expect(error?.code == .invalidURL)
    }
}
