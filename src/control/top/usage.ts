import { formatQuantity, RESOURCES, type Resource } from '../../resources/index.js';

/** `81 of 100`, in the unit of the resource; a limit of null is unlimited. */
export function usageText(value: number, limit: number | null, resource: Resource): string {
  const { unit } = RESOURCES[resource];
  return `${formatQuantity(value, unit)} of ${formatQuantity(limit ?? Infinity, unit)}`;
}
