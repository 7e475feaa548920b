// What the page shows once there is an answer: both parts share most of their script.
export { AnswerDrawer } from "./answer-drawer.tsx";
export { AnswerRow } from "./answer-row.tsx";
