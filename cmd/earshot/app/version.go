package app

// Version is set at build time: -ldflags "-X earshot/cmd/earshot/app.Version=…".
var Version = "development"
