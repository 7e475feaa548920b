export { claimChange, claimCreation, claimLink, claimRefund } from "./claim-payment.ts";
export { findPayment, isWithin, noteClosed, ownRefundsOf, type PlacedPayment } from "./find-payment.ts";
export { noteSeen } from "./note-seen.ts";
export {
  getPayment,
  GetPaymentInput,
  GetPaymentOutput,
  listPayments,
  ListPaymentsInput,
  ListPaymentsOutput,
  sumPayments,
  SumPaymentsInput,
  SumPaymentsOutput,
} from "./list-payments.ts";
export { PaymentState } from "./payment-view.ts";
