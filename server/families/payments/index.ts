export { createPaymentsFamily } from "./payments-family.ts";
export {
  paymentsActRequest,
  paymentsRead,
  showRequest,
  type PaymentPin,
  type PaymentsActRequest,
  type PaymentPlace,
} from "./payments-request.ts";
