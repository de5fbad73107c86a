use rhesis::endpoints::AuthMethod;
use serde_json::json;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::document::words::documented;
use crate::request::body::NoFields;
use crate::request::fields::body;

body! {
    /// A call says `Authorization: Bearer …`, or has the token where a header says `{{ auth_token }}`.
    pub(super) struct BearerToken {
        /// The token.
        auth_token: String,
    }
}

body! {
    /// A key in a header or in the query string.
    pub(super) struct ApiKeyFields {
        /// The key.
        auth_token: String,
        /// The name of the header; `x-api-key` if neither it nor `query` is said.
        header: Option<String>,
        /// What stands before the key in the header, with its space.
        prefix: Option<String>,
        /// The name of the query parameter.
        query: Option<String>,
    }
}

body! {
    /// The grant `client_credentials` of OAuth 2 (RFC 6749, 4.4).
    pub(super) struct ClientCredentialsFields {
        /// Where tokens are fetched.
        #[schema(format = "uri")]
        token_url: String,
        /// Who asks.
        client_id: String,
        /// The proof.
        client_secret: String,
        /// How the client proves itself there.
        #[schema(value_type = Option<AuthMethod>)]
        token_endpoint_auth_method: Option<String>,
        /// What the token shall allow.
        scopes: Option<Vec<String>>,
        /// Whom the token is for.
        audience: Option<String>,
        /// More fields of the form. Not for secrets.
        #[schema(value_type = Option<Object>)]
        extra_payload: Option<String>,
    }
}

documented! {
    /// How a call proves who asks: its type, and the fields of that. A secret is shown as `***`; one that says so
    /// stays what it was.
    EndpointAuth: OneOfBuilder::new()
        .item(variant("none", NoFields::schema()))
        .item(variant("bearer_token", BearerToken::schema()))
        .item(variant("api_key", ApiKeyFields::schema()))
        .item(variant("client_credentials", ClientCredentialsFields::schema()))
        .examples([json!({ "type": "none" })]);
    AuthMethod
}

/// The fields of a type, and its name.
fn variant(name: &str, fields: RefOr<Schema>) -> Schema {
    let mut object = match fields {
        RefOr::T(Schema::Object(object)) => object,
        _ => ObjectBuilder::new().build(),
    };
    let named = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name]));
    object.properties.insert("type".to_owned(), named.into());
    object.required.push("type".to_owned());
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    Schema::Object(object)
}
