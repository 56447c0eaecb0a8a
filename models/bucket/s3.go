//go:build s3

package bucket

// Opens s3://bucket?region=… and, with endpoint=…&use_path_style=true, other
// servers that speak the protocol. Behind a build tag, for the client adds
// about 14 MB to the binary.
import _ "gocloud.dev/blob/s3blob"
