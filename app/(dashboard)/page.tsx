import { Overview } from "./overview.tsx";

const OverviewPage = () => <Overview />;

export default OverviewPage;
