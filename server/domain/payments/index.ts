export { claimChange, claimCreation, claimRefund } from "./claim-payment.ts";
export { findPayment, noteClosed, ownRefundsOf, type PlacedPayment } from "./find-payment.ts";
