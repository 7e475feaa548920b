import type { Metadata } from "next";
import { Subscriptions } from "./subscriptions.tsx";

export const metadata: Metadata = { title: "Subscriptions" };

const SubscriptionsPage = () => <Subscriptions />;

export default SubscriptionsPage;
