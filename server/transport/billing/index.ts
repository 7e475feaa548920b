export { bookRefunds, lookAtTopUps } from "./look-at-top-ups.ts";
export { sendMeterEvents } from "./send-meter-events.ts";
export { getTopUp, topUp, TopUpOutput } from "./top-up.ts";
