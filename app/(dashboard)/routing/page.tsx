import type { Metadata } from "next";
import { Routing } from "./routing.tsx";

export const metadata: Metadata = { title: "Routing" };

const RoutingPage = () => <Routing />;

export default RoutingPage;
