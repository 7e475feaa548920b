export { authorizeOrder, captureOrder, cancelOrder } from "./change-order.ts";
export { captureCheckout, createCheckout, expireCheckout, getCheckout, seeCheckout } from "./checkouts.ts";
export { getDispute, listDisputes } from "./disputes.ts";
export { getInvoice, listInvoices } from "./invoices.ts";
export { createLink, deactivateLink, getLink } from "./links.ts";
export { createOrder, getOrder } from "./orders.ts";
export { createRefund, getRefund } from "./refunds.ts";
export { createCustomer, createPortal, getCustomer } from "./customers.ts";
export { cancelSubscription, getSubscription, listSubscriptions, updateSubscription } from "./subscriptions.ts";
