import {
  AlertSettings,
  createWebhook,
  CreateWebhookInput,
  getAlertSettings,
  GetAlertSettingsInput,
  IssuedWebhook,
  listDeliveries,
  ListDeliveriesInput,
  ListDeliveriesOutput,
  listWebhooks,
  ListWebhooksInput,
  ListWebhooksOutput,
  removeWebhook,
  RemoveWebhookInput,
  RemoveWebhookOutput,
  rotateWebhook,
  RotateWebhookInput,
  setAlertSettings,
  SetAlertSettingsInput,
  testWebhook,
  TestWebhookInput,
  TestWebhookOutput,
} from "../../../domain/alerts/index.ts";
import { declare, del, get, post, put, router } from "../procedures.ts";

const permission = "srv_nexus.budgets:manage";

/** Who is told when a budget crosses a threshold, and what became of it. */
export const alertsRouter = router({
  get: declare({
    permission,
    summary: "Read who is told of a budget's alerts",
    rest: get("/api/usage/budgets/{id}/alerts"),
  })
    .input(GetAlertSettingsInput)
    .output(AlertSettings)
    .query(({ ctx, input }) => getAlertSettings(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission,
    summary: "Set who is told of a budget's alerts",
    rest: put("/api/usage/budgets/{id}/alerts"),
    lasting: true,
  })
    .input(SetAlertSettingsInput)
    .output(AlertSettings)
    .mutation(({ ctx, input }) => setAlertSettings(ctx.deps.management, ctx.call, input)),

  deliveries: declare({
    permission,
    summary: "List what became of telling people and webhooks of alerts",
    rest: get("/api/usage/alerts"),
  })
    .input(ListDeliveriesInput)
    .output(ListDeliveriesOutput)
    .query(({ ctx, input }) => listDeliveries(ctx.deps.management, ctx.call, input)),
});

/** Addresses of the organization that are told of alerts. */
export const webhooksRouter = router({
  list: declare({
    permission,
    summary: "List the webhooks that can be told of alerts",
    rest: get("/api/usage/webhooks"),
  })
    .input(ListWebhooksInput)
    .output(ListWebhooksOutput)
    .query(({ ctx }) => listWebhooks(ctx.deps.management, ctx.call)),

  create: declare({
    permission,
    summary: "Add a webhook; its signing secret is shown once",
    rest: post("/api/usage/webhooks"),
    lasting: true,
  })
    .input(CreateWebhookInput)
    .output(IssuedWebhook)
    .mutation(({ ctx, input }) => createWebhook(ctx.deps.management, ctx.call, input)),

  rotate: declare({
    permission,
    summary: "Give a webhook a new signing secret, which is shown once",
    rest: post("/api/usage/webhooks/{id}/rotate"),
    lasting: true,
  })
    .input(RotateWebhookInput)
    .output(IssuedWebhook)
    .mutation(({ ctx, input }) => rotateWebhook(ctx.deps.management, ctx.call, input)),

  test: declare({
    permission,
    summary: "Send a test message to a webhook now",
    rest: post("/api/usage/webhooks/{id}/test"),
    lasting: false,
  })
    .input(TestWebhookInput)
    .output(TestWebhookOutput)
    .mutation(({ ctx, input }) => testWebhook(ctx.deps.management, ctx.call, input)),

  remove: declare({
    permission,
    summary: "Remove a webhook",
    rest: del("/api/usage/webhooks/{id}"),
    lasting: false,
  })
    .input(RemoveWebhookInput)
    .output(RemoveWebhookOutput)
    .mutation(({ ctx, input }) => removeWebhook(ctx.deps.management, ctx.call, input)),
});
