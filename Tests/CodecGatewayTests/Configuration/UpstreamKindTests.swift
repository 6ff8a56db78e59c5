import CodecGateway
import Testing

@Test(arguments: ["vllm", "sglang", "llama", "codec", "openai", "anthropic"])
func kindsHaveTheNamesOfTheCommandLine(_ name: String) {
    #expect(UpstreamKind(rawValue: name)?.rawValue == name)
}
