// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "swift-codec", path: "..")],
    targets: [
        .executableTarget(
            name: "Worker",
            dependencies: [
                .product(name: "CodecCompression", package: "swift-codec"),
                .product(name: "CodecCore", package: "swift-codec"),
                .product(name: "CodecMaps", package: "swift-codec"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
