export { askForMore, AskForMoreInput } from "./ask-for-more.ts";
export { BudgetRequest } from "./budget-request.ts";
export { decideRequest, DecideRequestInput } from "./decide-request.ts";
export { listRequests, ListRequestsInput, ListRequestsOutput } from "./list-requests.ts";
export { requestTopic, tellRequests } from "./tell-requests.ts";
