import type { Metadata } from "next";
import { Home } from "./home.tsx";

export const metadata: Metadata = { title: "Your apps" };

const HomePage = () => <Home />;

export default HomePage;
