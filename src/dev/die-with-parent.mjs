/** Loaded into every process that the launcher starts: when the launcher is killed, its processes end with it. */
if (process.channel) {
  process.on("disconnect", () => process.exit(0));
  process.channel.unref();
}
