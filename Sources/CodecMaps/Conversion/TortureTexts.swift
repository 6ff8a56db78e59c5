/// Texts on which tokenizers disagree: what each is there for shows when one fails.
enum TortureTexts {
    static let all: [String] = [
        "", " ", "  ", "\n", "\r\n", "\t", " \n", "\n ", "   x", "x   ", " x  y   z    ",
        "\n\n\n  x\n \n\t\ty",
        "Hello, world! It's 3 o'clock; they'LL see what we'Ve got.",
        "don't DON'T can\u{2019}t '\u{17F} 'S's'",
        "1 12 123 1234 12345 3.14159 1,000,000 0x1F ١٢٣ ४५६ Ⅷ ½ ² ⑩",
        "def f(x):\n    if x >= 10:\n\t\treturn {\"a\": [1, 2], 'b': x**2}  # ok\n\n\n",
        "<div class=\"a\">&nbsp;</div>\r\n\r\n// https://example.com/a_b?c=d&e=%20#f\n",
        "camelCaseHTTPServer snake_case_name SCREAMING_CASE kebab-case __init__",
        "Größe naïve café Ångström e\u{301}a\u{30A}\u{323} \u{212B} ﬁ Ⓐ ＡＢＣ", "ΑΒΓ αβγς Привет мир שלום עולם",
        "مرحبا بالعالم हिन्दी ไทยไม่มีช่องว่าง ខ្មែរ မြန်မာ", "日本語のテキスト、漢字とカナ。한국어 텍스트 中文文本！",
        "🙂👍🏽👩‍👩‍👧‍👦🇩🇪🏴󠁧󠁢󠁳󠁣󠁴󠁿 ☺️ ™ ©", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 \u{10FFFF} \u{E000} \u{FFFD}",
        "\0\u{1}\u{4}\u{7F}\u{80}\u{85}\u{AD}\u{FEFF}\u{200B}\u{2028}\u{3000}\u{A0}\u{202F}x",
        "!!! ... ??? --- === ### ***** ((())) [[[]]] {{{}}} <<<>>> /// \\\\\\ ~~~ ``` €£¥",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababababababababab",
        String(repeating: " ", count: 100), String(repeating: "\n", count: 40),
        String(repeating: "=", count: 70),
        String(repeating: "の", count: 30), String(repeating: "12", count: 40), "▁a▁▁b ▁ c", "\u{1}\u{1D173}",
        "<s></s><unk>[INST]<|endoftext|><|im_start|>user\n", "<0x41><0xFF> <0x0A>", "ĠHelloĊ Ġ Ä",
    ]
}
