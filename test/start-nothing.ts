import "../server/process/start-product.ts";
import "../server/process/run-process.ts";

// Everything that the product's first process loads, and no more: it starts nothing.
process.send?.("loaded");
process.on("message", () => undefined);
