import ArgumentParser
import CodecCore

struct Dict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dict",
        abstract: "zstd dictionaries and rank tables: make them from streams, measure them, look into them.",
        discussion: """
            Streams are what `codec serve --record` wrote (.jsonl, or the folder), or text files, which are run \
            through the map. A model's own streams are better than text.

              codec dict train --map model.gguf --format protobuf -o ids.zdict streams
              codec dict eval ids.zdict --map model.gguf --format protobuf others
              codec dict rank --map model.gguf -o ids.ranks streams
            """,
        subcommands: [DictTrain.self, DictEval.self, DictInspect.self, DictHash.self, DictRank.self])
}

/// The formats that dictionaries are for (spec §5).
enum DictionaryFormatArgument: String, ExpressibleByArgument, CaseIterable {
    case msgpack, protobuf

    var format: FrameFormat { self == .msgpack ? .msgpack : .protobuf }
}
