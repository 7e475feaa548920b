import { z } from "zod";
import {
  explainOperation,
  ExplainOperationInput,
  ExplainOperationOutput,
  findOperation,
  FindOperationInput,
  findPermissions,
  FollowedOperations,
  followOperations,
  FollowOperationsInput,
  getOperation,
  GetOperationInput,
  GetOperationOutput,
  importVendorBill,
  ImportBillInput,
  ImportBillOutput,
  listOperations,
  ListOperationsInput,
  ListOperationsOutput,
  reconcileOperation,
  ReconcileOperationInput,
  ReconcileOperationOutput,
  reconcilePermissions,
  reportOutcome,
  ReportOutcomeInput,
  ReportOutcomeOutput,
  reportPermissions,
  resolveOperation,
  ResolveOperationInput,
  ResolveOperationOutput,
} from "../../../domain/operations/index.ts";
import { lookSoon } from "../../../domain/billing/index.ts";
import { declare, declareStream, get, post, router } from "../procedures.ts";

const isIterable = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** The parts are made by the domain's own view of them. */
const partsOfOperations = z.custom<AsyncGenerator<FollowedOperations, void, void>>(isIterable);

/** Operations, their outcomes, and the resolution of uncertain ones. */
export const operationsRouter = router({
  list: declare({
    permission: "srv_nexus.usage:read",
    summary:
      "List operations, newest first; uncertain ones with what is held for them. People without the right to set budgets see their own",
    rest: get("/api/operations"),
  })
    .input(ListOperationsInput)
    .output(ListOperationsOutput)
    .query(({ ctx, input }) => listOperations(ctx.deps.management, ctx.call, input)),

  follow: declareStream(
    {
      permission: "srv_nexus.usage:read",
      summary: "Follow operations as they begin and change, for half a minute at a time",
      rest: get("/api/operations/follow"),
    },
    FollowedOperations,
  )
    .input(FollowOperationsInput)
    .output(partsOfOperations)
    .query(({ ctx, input }) =>
      followOperations({ ...ctx.deps.management, tail: ctx.deps.operationTail }, ctx.call, input),
    ),

  get: declare({
    permission: "srv_nexus.usage:read",
    summary: "Read one operation with its attempts and entries",
    rest: get("/api/operations/{operationId}"),
  })
    .input(GetOperationInput)
    .output(GetOperationOutput)
    .query(({ ctx, input }) => getOperation(ctx.deps.management, ctx.call, input)),

  explain: declare({
    permission: "srv_nexus.usage:read",
    summary: "Explain an operation's cost, price by price, and where its time went",
    rest: get("/api/operations/{operationId}/explanation"),
  })
    .input(ExplainOperationInput)
    .output(ExplainOperationOutput)
    .query(({ ctx, input }) => explainOperation(ctx.deps.management, ctx.call, input)),

  find: declare({
    permission: findPermissions,
    summary: "Read the operation that you have made with an idempotency key",
    rest: get("/api/operations/of-key"),
  })
    .input(FindOperationInput)
    .output(GetOperationOutput)
    .query(({ ctx, input }) => findOperation(ctx.deps.management, ctx.call, input)),

  reconcile: declare({
    permission: reconcilePermissions,
    summary: "Have an operation of unknown outcome looked up at its vendor again, at once",
    rest: post("/api/operations/{operationId}/reconcile"),
    lasting: false,
  })
    .input(ReconcileOperationInput)
    .output(ReconcileOperationOutput)
    .mutation(({ ctx, input }) => reconcileOperation(ctx.deps.management, ctx.call, input)),

  resolve: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Resolve an uncertain operation, or correct an estimate",
    rest: post("/api/operations/{operationId}/resolve"),
    lasting: false,
  })
    .input(ResolveOperationInput)
    .output(ResolveOperationOutput)
    .mutation(({ ctx, input }) => resolveOperation(ctx.deps.management, ctx.call, input)),

  importBill: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Book a vendor's export or invoice, as a platform administrator",
    rest: post("/api/operations/import"),
    lasting: false,
  })
    .input(ImportBillInput)
    .output(ImportBillOutput)
    .mutation(({ ctx, input }) => importVendorBill(ctx.deps.management, ctx.call, input)),

  reportOutcome: declare({
    permission: reportPermissions,
    summary: "Report an outcome that the vendor told the app, for example by a verified webhook",
    rest: post("/api/operations/{operationId}/outcome"),
    lasting: false,
  })
    .input(ReportOutcomeInput)
    .output(ReportOutcomeOutput)
    .mutation(async ({ ctx, input }) => {
      const reported = await reportOutcome(ctx.deps.management, ctx.call, input);
      // What an app is told of a checkout may be that a top-up was paid.
      await lookSoon(ctx.deps.management.db.pool, ctx.call.organizationId, input.operationId);
      return reported;
    }),
});
