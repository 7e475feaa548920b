// `npm run campaign`: kills and faults under load; with `--act`, of operations that act; with `--families`, of mail and payments;
// with `--queue`, of mail that waits.
if (process.argv.includes("--queue")) await import("./queue/main.ts");
else if (process.argv.includes("--families")) await import("./families/main.ts");
else if (process.argv.includes("--billing")) await import("./billing/main.ts");
else if (process.argv.includes("--act")) await import("./act/main.ts");
else await import("./kill-campaign.ts");
