export type { BillingCaller } from "./billed-app.ts";
export {
  BilledCustomer,
  BilledCustomerInput,
  getBilledCustomer,
  listCustomers,
  ListCustomersInput,
  ListCustomersOutput,
  setCustomer,
  SetCustomerInput,
} from "./customers.ts";
export {
  listPlans,
  ListPlansInput,
  ListPlansOutput,
  PricePlan,
  removePlan,
  RemovePlanInput,
  RemovePlanOutput,
  setPlan,
  SetPlanInput,
} from "./plans.ts";
export { getStatement, getStatementCsv, Statement, StatementCsvOutput, StatementOfInput } from "./statements.ts";
export { walletRefusal } from "./wallet-refusal.ts";
export {
  adjustWallet,
  AdjustWalletInput,
  AdjustWalletOutput,
  customerSpend,
  CustomerSpendInput,
  CustomerSpendOutput,
  listWalletEntries,
  ListWalletEntriesInput,
  ListWalletEntriesOutput,
} from "./wallets.ts";
export {
  billingExport,
  BillingExportInput,
  BillingExportOutput,
  resolveBillingExport,
  ResolveBillingExportInput,
  ResolveBillingExportOutput,
} from "./billing-export.ts";
export {
  countMeterEvents,
  endMeterEvent,
  firstWallet,
  pruneMeterEvents,
  takeMeterEvents,
  type LeasedMeterEvent,
  type MeterEventEnd,
} from "./store-meter-events.ts";
export { lookSoon, takeTopUps, type TopUpRow } from "./store-top-ups.ts";
export {
  beginTopUp,
  listTopUps,
  ListTopUpsInput,
  ListTopUpsOutput,
  requireTopUp,
  takeRefund,
  takeRefunds,
  takeTopUp,
  TopUp,
  TopUpInput,
  TopUpOfInput,
  viewTopUp,
} from "./top-ups.ts";
