import type { Metadata } from "next";
import { HomePanel } from "./home.tsx";

export const metadata: Metadata = { title: "Your apps" };

const HomePage = () => <HomePanel />;

export default HomePage;
