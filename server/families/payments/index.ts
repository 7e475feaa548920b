export { createPaymentsFamily } from "./payments-family.ts";
export {
  paymentsActRequest,
  paymentsRead,
  showRequest,
  withoutClaim,
  type PaymentPin,
  type PaymentsActRequest,
  type PaymentPlace,
} from "./payments-request.ts";
