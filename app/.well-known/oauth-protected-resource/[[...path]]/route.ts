import { forwardToGateway } from "../../../api/forward-to-gateway.ts";

export { forwardToGateway as GET };
