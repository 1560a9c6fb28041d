export function ChartsView() {
  return <p>…</p>;
}
