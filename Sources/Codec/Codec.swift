@_exported public import CodecClient
@_exported public import CodecCompression
@_exported public import CodecCore
@_exported public import CodecMaps
