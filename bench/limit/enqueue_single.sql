with n as (insert into t (payload) values ('{"id": 12345, "test_configuration_id": "7b1f7c5e-4a43-4f0e-9d0f-0c1c9a5b7d11", "organization_id": "c0a8f3de-58e1-4b7e-8f57-2f7f6f1f3a92", "pad": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}') returning id)
insert into o (id) select id from n;
