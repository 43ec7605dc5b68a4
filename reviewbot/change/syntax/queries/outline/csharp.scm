(class_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name !body) @class @head
(struct_declaration name: (_) @name body: (_) @body) @type
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(delegate_declaration name: (_) @name) @type @head
(namespace_declaration name: (_) @name body: (_) @body) @module
(method_declaration name: (_) @name body: (_) @body) @method
(method_declaration name: (_) @name !body) @method @head
(constructor_declaration name: (_) @name body: (_) @body) @method
(destructor_declaration name: (_) @name body: (_) @body) @method
(operator_declaration operator: _ @name body: (_) @body) @method
(local_function_statement name: (_) @name body: (_) @body) @function
(property_declaration name: (_) @name accessors: (_) @body) @value
(property_declaration name: (_) @name value: (_) @body) @value
(indexer_declaration "this" @name accessors: (_) @body) @value
(indexer_declaration "this" @name value: (_) @body) @value
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @value
(event_field_declaration (variable_declaration (variable_declarator name: (_) @name))) @value

(using_directive) @import
(comment) @comment
