// `npm run campaign`: kills and faults under load; with `--act`, of operations that act.
await(process.argv.includes("--act") ? import("./act/main.ts") : import("./kill-campaign.ts"));
