/**
 * The resources of getrlimit(2) that can be watched, and how a quantity of one is written and read. Only
 * words and tables: nothing here knows the kernel, so that what only prints does not load what watches.
 */
export {
  formatQuantity,
  inUnit,
  ofUnit,
  parseQuantity,
  QUANTITY_EXAMPLES,
  quantityPattern,
  type Unit,
} from './quantities.js';
export { parseResource, ResourceError, RESOURCES, type Resource } from './resources.js';
