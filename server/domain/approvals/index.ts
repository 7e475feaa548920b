export { ApprovalView } from "./approval-view.ts";
export {
  ApproveInput,
  approvePayment,
  DeclineInput,
  declinePayment,
  listApprovals,
  ListApprovalsInput,
  ListApprovalsOutput,
} from "./decide-approval.ts";
export { seekApproval } from "./seek-approval.ts";
