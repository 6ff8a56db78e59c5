internal import CodecGateway
internal import Hummingbird
internal import NIOCore

/// What an operator and a monitor ask for: `/health`, `/metrics`, `/codec/schema`.
struct StatusRoutes: Sendable {
    let models: ModelRegistry
    let metrics: ServerMetrics
    let connections: ConnectionRegistry
    /// nil = the models run in this process.
    let gateway: Gateway?

    func add(to table: RouteTable) {
        table.get("/health") { _, _ in .json(Array(#"{"status":"ok"}"#.utf8)) }
        table.get("/metrics") { _, _ in
            text(
                metrics.exposition(
                    models: models, gateway: gateway, connections: connections.count),
                type: Exposition.contentType)
        }
        table.get("/codec/schema") { _, _ in text(Self.schema, type: "text/plain; charset=utf-8") }
    }

    private func text(_ text: String, type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// The protobuf messages of the protocol (spec §2).
    private static let schema = """
        syntax = "proto3";

        package codec;

        // A stream of frames: each message follows its length, four bytes, big-endian.
        // The last frame, and no other, has done = true.
        message CodecFrame {
          repeated uint32 ids = 1 [packed = true];
          bool done = 2;
          optional string finish_reason = 3;
          repeated ToolCall tool_calls = 4;
          // Only in the delta format: the last id of the frame before. Then ids holds zigzag differences.
          optional uint32 base_id = 5;
        }

        message ToolCall {
          optional string name = 1;
          string arguments_json = 2;
          optional string id = 3;
        }

        // The body of POST /v1/completions/codec.
        message CodecRequest {
          repeated uint32 prompt_ids = 1 [packed = true];
          uint32 max_tokens = 2;
          float temperature = 3;
          repeated string stop = 4;
          string stream_format = 5;
        }

        """
}
