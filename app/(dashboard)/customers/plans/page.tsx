import type { Metadata } from "next";
import { Plans } from "./plans.tsx";

export const metadata: Metadata = { title: "Plans" };

const PlansPage = () => <Plans />;

export default PlansPage;
