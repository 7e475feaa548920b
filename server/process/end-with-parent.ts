// Loaded before a program that is not ours: killed without notice, its parent leaves nothing running behind.
process.on("disconnect", () => process.exit(0));
process.channel?.unref();
