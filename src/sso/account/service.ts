import type { Dependencies } from '#platform/dependencies.ts';
import { toldInWords } from '../attributes/presentation.ts';
import { personAndServices } from '../services/service.ts';
import { listVisitedServices, type VisitedService } from '../visits/service.ts';

export { closeService } from '../visits/service.ts';

/** A service that somebody has opened, with what it is told of them. */
export type OpenedService = VisitedService & { data: { label: string; values: string[] }[] };

/** The services that a person has opened with the portal's account, those that are open first. */
export async function listOpenedServices(deps: Dependencies, userId: number): Promise<OpenedService[]> {
  const [visited, { person, services }] = await Promise.all([
    listVisitedServices(deps, userId),
    personAndServices(deps, userId),
  ]);
  const byId = new Map(services.map((service) => [service.id, service]));
  return visited.map((one) => {
    const service = byId.get(one.serviceId);
    return { ...one, data: service ? toldInWords(service, person) : [] };
  });
}
