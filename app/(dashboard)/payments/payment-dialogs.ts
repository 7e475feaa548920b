// What changes a payment, in one module: it shares most of its script.
export { CaptureDialog } from "./capture-dialog.tsx";
export { RefundDialog } from "./refund-dialog.tsx";
