(interface_body (_) @statement)
(enum_body (_) @statement)
