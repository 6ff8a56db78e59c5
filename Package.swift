// swift-tools-version: 6.2
// Targets stand in the order of the layers: each imports only what stands above it in this list.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "swift-codec",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Codec", targets: ["Codec"]),
        .library(name: "CodecCore", targets: ["CodecCore"]),
        .library(name: "CodecCompression", targets: ["CodecCompression"]),
        .library(name: "CodecMaps", targets: ["CodecMaps"]),
        .library(name: "CodecServer", targets: ["CodecEngines", "CodecGateway", "CodecServer"]),
        .library(name: "CodecTesting", targets: ["CodecTesting"]),
        .executable(name: "codec", targets: ["codec-cli"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CodecCore", swiftSettings: strict),

        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(
            name: "CBrotli", pkgConfig: "libbrotlienc libbrotlidec",
            providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
        .target(
            name: "CodecCompression",
            dependencies: [
                "CodecCore", "CBrotli", "CZlib", "CZstd", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),

        .target(
            name: "CodecMaps",
            dependencies: ["CodecCore", "CodecCompression"], swiftSettings: strict),

        .target(
            name: "CodecClient",
            dependencies: [
                "CodecCore", "CodecMaps", "CodecCompression",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: strict),

        .target(
            name: "CodecAPI",
            dependencies: [
                "CodecCore", "CodecMaps", .product(name: "HTTPTypes", package: "swift-http-types"),
            ], swiftSettings: strict),

        .systemLibrary(name: "CLlama", pkgConfig: "llama", providers: [.brew(["llama.cpp"])]),
        .target(
            name: "CodecEngines",
            dependencies: [
                "CodecAPI", "CodecClient", "CodecCore", "CodecCompression", "CodecMaps", "CLlama",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ], swiftSettings: strict),

        .target(
            name: "CodecGateway",
            dependencies: [
                "CodecAPI", "CodecClient", "CodecCore", "CodecCompression", "CodecEngines", "CodecMaps",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
            ], swiftSettings: strict),

        .target(
            name: "CodecServer",
            dependencies: [
                "CodecAPI", "CodecCore", "CodecMaps", "CodecCompression", "CodecEngines", "CodecGateway",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),

        .target(
            name: "Codec",
            dependencies: ["CodecCore", "CodecCompression", "CodecMaps", "CodecClient"],
            swiftSettings: strict),
        .target(
            name: "CodecTesting",
            dependencies: [
                "CodecAPI", "CodecCompression", "CodecCore", "CodecEngines", "CodecMaps",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: strict),

        .executableTarget(
            name: "codec-cli",
            dependencies: [
                "Codec", "CodecEngines", "CodecGateway", "CodecServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),

        .target(
            name: "ExampleSupport",
            dependencies: [
                "CodecEngines", "CodecMaps", "CodecServer", .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], path: "Examples/Support", swiftSettings: strict),
        .executableTarget(
            name: "ToolLoop",
            dependencies: [
                "Codec", "CodecServer", "ExampleSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Examples/ToolLoop", swiftSettings: strict),
        .executableTarget(
            name: "Handoff",
            dependencies: [
                "Codec", "CodecEngines", "CodecServer", "ExampleSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Examples/Handoff", swiftSettings: strict),

        .testTarget(
            name: "CodecCoreTests", dependencies: ["CodecCore", "CodecTesting"],
            resources: [.copy("Fixtures")], swiftSettings: strict),
        .testTarget(
            name: "CodecClientTests",
            dependencies: [
                "CodecClient", "CodecCompression", "CodecCore", "CodecMaps",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(
            name: "CodecCommandTests",
            dependencies: [
                "codec-cli", "CodecClient", "CodecCompression", "CodecCore", "CodecGateway", "CodecMaps",
                "CodecServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),
        .testTarget(
            name: "CodecCompressionTests", dependencies: ["CodecCompression"],
            resources: [.copy("Fixtures")], swiftSettings: strict),
        .testTarget(
            name: "CodecMapsTests",
            dependencies: ["CodecCore", "CodecCompression", "CodecMaps", "CodecTesting"],
            resources: [.copy("Fixtures")], swiftSettings: strict),
        .testTarget(
            name: "CodecAPITests", dependencies: ["CodecAPI", "CodecCore", "CodecMaps"],
            swiftSettings: strict),
        .testTarget(
            name: "CodecEnginesTests",
            dependencies: [
                "CodecAPI", "CodecClient", "CodecCompression", "CodecCore", "CodecEngines", "CodecMaps",
                "CodecTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: strict),
        .testTarget(
            name: "CodecGatewayTests",
            dependencies: [
                "CodecAPI", "CodecCore", "CodecEngines", "CodecGateway", "CodecMaps", "CodecTesting",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CodecServerTests",
            dependencies: [
                "CodecAPI", "CodecCompression", "CodecCore", "CodecEngines", "CodecGateway", "CodecMaps",
                "CodecServer", "CodecTesting",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .testTarget(
            name: "ExamplesTests",
            dependencies: [
                "CodecClient", "CodecCore", "CodecMaps", "ExampleSupport", "Handoff", "ToolLoop",
            ], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
