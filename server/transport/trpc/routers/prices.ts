import {
  listPriceChanges,
  ListPriceChangesInput,
  ListPriceChangesOutput,
  listPrices,
  ListPricesInput,
  ListPricesOutput,
  listUnpriced,
  ListUnpricedInput,
  ListUnpricedOutput,
  previewPrice,
  PreviewPriceOutput,
  priceHistory,
  PriceHistoryInput,
  PriceHistoryOutput,
  setPrice,
  SetPriceInput,
  SetPriceOutput,
} from "../../../domain/pricing/index.ts";
import { declare, get, post, put, router } from "../procedures.ts";

const read = "srv_nexus.prices:read";
const manage = "srv_nexus.prices:manage";

/** What models cost, have cost and will cost. */
export const pricesRouter = router({
  list: declare({
    permission: read,
    summary: "List the prices in force",
    rest: get("/api/usage/prices"),
  })
    .input(ListPricesInput)
    .output(ListPricesOutput)
    .query(({ ctx, input }) => listPrices(ctx.deps.management, ctx.call, input)),

  history: declare({
    permission: read,
    summary: "List what a model has cost, costs and will cost",
    rest: get("/api/usage/prices/history"),
  })
    .input(PriceHistoryInput)
    .output(PriceHistoryOutput)
    .query(({ ctx, input }) => priceHistory(ctx.deps.management, ctx.call, input)),

  changes: declare({
    permission: read,
    summary: "List the versions of the price book: what it comes with, and what was set on top of it",
    rest: get("/api/usage/prices/changes"),
  })
    .input(ListPriceChangesInput)
    .output(ListPriceChangesOutput)
    .query(({ ctx, input }) => listPriceChanges(ctx.deps.management, ctx.call, input)),

  unpriced: declare({
    permission: manage,
    summary: "List what calls of the organization used that had no price",
    rest: get("/api/usage/prices/unpriced"),
  })
    .input(ListUnpricedInput)
    .output(ListUnpricedOutput)
    .query(({ ctx, input }) => listUnpriced(ctx.deps.management, ctx.call, input)),

  preview: declare({
    permission: manage,
    summary: "Say what overriding prices of a model would change, without doing it",
    rest: post("/api/usage/prices/preview"),
    lasting: false,
  })
    .input(SetPriceInput)
    .output(PreviewPriceOutput)
    .mutation(({ ctx, input }) => previewPrice(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: manage,
    summary: "Override prices of a model",
    rest: put("/api/usage/prices"),
    lasting: false,
  })
    .input(SetPriceInput)
    .output(SetPriceOutput)
    .mutation(({ ctx, input }) => setPrice(ctx.deps.management, ctx.call, input)),
});
