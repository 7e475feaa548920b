// Loaded before a program that is not ours: killed without notice, its parent leaves nothing running behind. Workers of
// that program inherit this file, and need their channel for themselves.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
if (process.ppid === Number(process.env["NEXUS_PARENT_PID"])) {
  process.on("disconnect", () => process.exit(0));
  process.channel?.unref();
}
