/** How long it has been so. */
export function age(since: number, { now }: { readonly now: number }): string {
  return duration(now - since);
}

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
];

/** In the two largest units: `3 h 5 min`. A clock that was set back gives no negative time. */
export function duration(milliseconds: number): string {
  let rest = Math.max(0, Math.round(milliseconds / 1000));
  const parts = UNITS.map(({ name, seconds }) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return { name, count };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`)
    .join(' ');
}
