// What the page shows later, in one module: it shares most of its script.
export { AskDialog } from "./ask-dialog.tsx";
export { MyRequests } from "./my-requests.tsx";
