"""Lists, topics and searches as files of other tools: pure functions of what the library holds."""
