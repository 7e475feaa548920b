export type { AlertChannel, AlertDeps } from "./alert-deps.ts";
export {
  AlertSettings,
  getAlertSettings,
  GetAlertSettingsInput,
  setAlertSettings,
  SetAlertSettingsInput,
} from "./alert-settings.ts";
export { listDeliveries, ListDeliveriesInput, ListDeliveriesOutput } from "./list-deliveries.ts";
export { alertTopic, sendAlerts, type AlertForAuth } from "./send-alerts.ts";
export { pruneDeliveries } from "./store-deliveries.ts";
export { tellAdministrators } from "./store-settings.ts";
export { testWebhook, TestWebhookInput, TestWebhookOutput } from "./test-webhook.ts";
export {
  createWebhook,
  CreateWebhookInput,
  IssuedWebhook,
  listWebhooks,
  ListWebhooksInput,
  ListWebhooksOutput,
  removeWebhook,
  RemoveWebhookInput,
  RemoveWebhookOutput,
  rotateWebhook,
  RotateWebhookInput,
} from "./webhooks.ts";
