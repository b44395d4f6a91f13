import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findServiceAt } from '#sso/services/service.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createService, setService, suspendService } from '../../support/sso.ts';

describe('the registry', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('tells whose an address is, and that it is suspended', async () => {
    const { dependencies: deps, owner } = database;
    const service = await createService(owner, { fields: { name: 'RafaelPro' }, rights: ['of_general'] });
    expect(service).toMatchObject({ name: 'RafaelPro', isSuspended: false, rights: ['of_general'] });
    expect(service.attributes).toHaveLength(7);

    await setService(owner, service.id, { needs_second_factor: true });
    await suspendService(owner, service.id, new Date());
    const found = await findServiceAt(deps, `https://${service.key}.example/cas/retour`);
    expect(found?.service).toMatchObject({ id: service.id, isSuspended: true, needsSecondFactor: true });
    expect(await findServiceAt(deps, `https://${service.key}.example/autre`)).toBeUndefined();
  });
});
