namespace Migrator.Configuration.Settings;

/// <summary>
/// The names of all settings of all gateways from 3.0 to 3.15, open source and Enterprise. They are from the defaults of open source Kong
/// and from the public reference of Enterprise.
/// </summary>
internal static class KnownNames
{
    /// <summary>All names, in alphabetical order, separated by white space. A constant costs no time until it is split.</summary>
    public const string All = """
        _debug_pg_ttl_cleanup_interval admin_access_log admin_api_uri admin_emails_from admin_emails_reply_to admin_error_log
        admin_gui_access_log admin_gui_api_url admin_gui_auth admin_gui_auth_change_password_attempts
        admin_gui_auth_change_password_ttl admin_gui_auth_conf admin_gui_auth_header admin_gui_auth_login_attempts
        admin_gui_auth_login_attempts_ttl admin_gui_auth_password_complexity admin_gui_csp_header admin_gui_csp_header_value
        admin_gui_error_log admin_gui_flags admin_gui_footer_bg_color admin_gui_footer_txt admin_gui_footer_txt_color
        admin_gui_header_bg_color admin_gui_header_txt admin_gui_header_txt_color admin_gui_hide_konnect_cta admin_gui_listen
        admin_gui_login_banner_body admin_gui_login_banner_title admin_gui_origin admin_gui_path admin_gui_session_conf
        admin_gui_ssl_cert admin_gui_ssl_cert_key admin_gui_ssl_protocols admin_gui_url admin_invitation_expiry admin_listen
        admin_ssl_cert admin_ssl_cert_key ai_mcp_listener_enabled allow_debug_header analytics_buffer_size_limit analytics_debug
        analytics_flush_interval anonymous_reports audit_log audit_log_ignore_methods audit_log_ignore_paths audit_log_ignore_tables
        audit_log_payload_exclude audit_log_record_ttl audit_log_signing_key cassandra_contact_points cassandra_data_centers
        cassandra_keyspace cassandra_lb_policy cassandra_local_datacenter cassandra_password cassandra_port cassandra_read_consistency
        cassandra_refresh_frequency cassandra_repl_factor cassandra_repl_strategy cassandra_schema_consensus_timeout cassandra_ssl
        cassandra_ssl_verify cassandra_timeout cassandra_username cassandra_write_consistency client_body_buffer_size client_ssl
        client_ssl_cert client_ssl_cert_key cluster_allowed_common_names cluster_ca_cert cluster_cert cluster_cert_key cluster_cjson
        cluster_control_plane cluster_data_plane_purge_delay cluster_dp_labels cluster_fallback_config_export
        cluster_fallback_config_export_delay cluster_fallback_config_import cluster_fallback_config_storage
        cluster_fallback_export_s3_config cluster_incremental_sync cluster_listen cluster_max_payload cluster_mtls cluster_ocsp
        cluster_rpc cluster_server_name cluster_telemetry_endpoint cluster_telemetry_listen cluster_telemetry_server_name
        cluster_use_proxy consumers_mem_cache_size custom_plugin_streaming_enabled database db_cache_neg_ttl db_cache_ttl
        db_cache_warmup_entities db_resurrect_ttl db_update_frequency db_update_propagation debug_access_log debug_error_log
        debug_listen debug_listen_local debug_ssl_cert debug_ssl_cert_key declarative_config declarative_config_string
        dedicated_config_processing dns_cache_size dns_error_ttl dns_hostsfile dns_no_sync dns_not_found_ttl dns_order dns_resolver
        dns_stale_ttl dns_valid_ttl enforce_rbac enforce_route_path_pattern error_default_type error_template_html error_template_json
        error_template_plain error_template_xml event_hooks_enabled fips generate_trace_details headers headers_upstream host_ports
        identity_service incremental_sync keyring_blob_path keyring_enabled keyring_encrypt_license keyring_private_key
        keyring_public_key keyring_recovery_public_key keyring_strategy keyring_vault_auth_method keyring_vault_host
        keyring_vault_kube_api_token_file keyring_vault_kube_role keyring_vault_mount keyring_vault_path keyring_vault_token kic
        konnect_mode legacy_hybrid_protocol legacy_worker_events lmdb_environment_path lmdb_map_size log_level lru_cache_size
        lua_gc_tuning lua_max_post_args lua_max_req_headers lua_max_resp_headers lua_max_uri_args lua_package_cpath lua_package_path
        lua_socket_pool_size lua_ssl_protocols lua_ssl_trusted_certificate lua_ssl_verify_depth mem_cache_size new_dns_client
        nginx_admin_client_body_buffer_size nginx_admin_client_max_body_size nginx_daemon nginx_events_multi_accept
        nginx_events_worker_connections nginx_http_charset nginx_http_client_body_buffer_size nginx_http_client_header_buffer_size
        nginx_http_client_max_body_size nginx_http_grpc_ssl_conf_command nginx_http_keepalive_requests
        nginx_http_large_client_header_buffers nginx_http_lua_regex_cache_max_entries nginx_http_lua_regex_match_limit
        nginx_http_lua_ssl_conf_command nginx_http_proxy_ssl_conf_command nginx_http_ssl_conf_command nginx_http_ssl_dhparam
        nginx_http_ssl_prefer_server_ciphers nginx_http_ssl_protocols nginx_http_ssl_session_tickets nginx_http_ssl_session_timeout
        nginx_main_daemon nginx_main_user nginx_main_worker_processes nginx_main_worker_rlimit_nofile nginx_proxy_real_ip_header
        nginx_proxy_real_ip_recursive nginx_stream_lua_ssl_conf_command nginx_stream_proxy_ssl_conf_command
        nginx_stream_ssl_conf_command nginx_stream_ssl_dhparam nginx_stream_ssl_prefer_server_ciphers nginx_stream_ssl_protocols
        nginx_stream_ssl_session_tickets nginx_stream_ssl_session_timeout nginx_user nginx_worker_processes node_id openresty_path
        opentelemetry_tracing opentelemetry_tracing_sampling_rate pdk_response_exit_header_filter_early_exit pg_azure_auth
        pg_azure_client_id pg_azure_client_secret pg_azure_tenant_id pg_backlog pg_database pg_gcp_auth pg_gcp_service_account_json
        pg_host pg_iam_auth pg_iam_auth_assume_role_arn pg_iam_auth_role_session_name pg_iam_auth_sts_endpoint_url
        pg_keepalive_timeout pg_max_concurrent_queries pg_oauth_audience pg_oauth_auth pg_oauth_client_id pg_oauth_client_secret
        pg_oauth_discovery_endpoint pg_oauth_grant_type pg_oauth_password pg_oauth_resource pg_oauth_scope pg_oauth_token_endpoint
        pg_oauth_token_endpoint_auth_method pg_oauth_username pg_password pg_pool_size pg_port pg_ro_azure_auth pg_ro_azure_client_id
        pg_ro_azure_client_secret pg_ro_azure_tenant_id pg_ro_backlog pg_ro_database pg_ro_gcp_auth pg_ro_gcp_service_account_json
        pg_ro_host pg_ro_iam_auth pg_ro_iam_auth_assume_role_arn pg_ro_iam_auth_role_session_name pg_ro_iam_auth_sts_endpoint_url
        pg_ro_keepalive_timeout pg_ro_max_concurrent_queries pg_ro_oauth_audience pg_ro_oauth_auth pg_ro_oauth_client_id
        pg_ro_oauth_client_secret pg_ro_oauth_discovery_endpoint pg_ro_oauth_grant_type pg_ro_oauth_password pg_ro_oauth_resource
        pg_ro_oauth_scope pg_ro_oauth_token_endpoint pg_ro_oauth_token_endpoint_auth_method pg_ro_oauth_username pg_ro_password
        pg_ro_pool_size pg_ro_port pg_ro_schema pg_ro_semaphore_timeout pg_ro_ssl pg_ro_ssl_required pg_ro_ssl_verify
        pg_ro_ssl_version pg_ro_timeout pg_ro_user pg_schema pg_semaphore_timeout pg_ssl pg_ssl_cert pg_ssl_cert_key pg_ssl_required
        pg_ssl_verify pg_ssl_version pg_timeout pg_user plugins pluginserver_XXX_query_cmd pluginserver_XXX_socket
        pluginserver_XXX_start_cmd pluginserver_names port_maps portal portal_access_request_email portal_api_access_log
        portal_api_error_log portal_api_listen portal_api_ssl_cert portal_api_ssl_cert_key portal_api_url portal_app_auth
        portal_application_request_email portal_application_status_email portal_approved_email portal_auth portal_auth_conf
        portal_auth_login_attempts portal_auth_password_complexity portal_auto_approve portal_cors_origins portal_email_verification
        portal_emails_from portal_emails_reply_to portal_gui_access_log portal_gui_error_log portal_gui_host portal_gui_listen
        portal_gui_protocol portal_gui_ssl_cert portal_gui_ssl_cert_key portal_gui_use_subdomains portal_invite_email portal_is_legacy
        portal_reset_email portal_reset_success_email portal_session_conf portal_smtp_admin_emails portal_token_exp prefix
        privileged_agent proxy_access_log proxy_error_log proxy_listen proxy_server proxy_server_ssl_verify proxy_stream_access_log
        proxy_stream_error_log proxy_url rbac_auth_header real_ip_header real_ip_recursive request_debug request_debug_token
        resolver_address resolver_error_ttl resolver_family resolver_hosts_file resolver_lru_cache_size resolver_mem_cache_size
        resolver_stale_ttl resolver_valid_ttl role route_match_calculation route_validation_strategy router_flavor
        schema_alias_conflict_mode smtp_admin_emails smtp_auth_type smtp_domain smtp_host smtp_mock smtp_password smtp_port smtp_ssl
        smtp_starttls smtp_timeout_connect smtp_timeout_read smtp_timeout_send smtp_username ssl_cert ssl_cert_key ssl_cipher_suite
        ssl_ciphers ssl_dhparam ssl_prefer_server_ciphers ssl_protocols ssl_session_cache_size ssl_session_tickets ssl_session_timeout
        status_access_log status_error_log status_listen status_ssl_cert status_ssl_cert_key stream_listen tls_certificate_verify
        tracing tracing_debug_header tracing_instrumentations tracing_sampling_rate tracing_time_threshold tracing_types
        tracing_write_endpoint tracing_write_strategy trusted_ips untrusted_lua untrusted_lua_sandbox_environment
        untrusted_lua_sandbox_requires upstream_keepalive_idle_timeout upstream_keepalive_max_requests upstream_keepalive_pool_size
        vault_aws_assume_role_arn vault_aws_decode_base64 vault_aws_endpoint_url vault_aws_neg_ttl vault_aws_region
        vault_aws_resurrect_ttl vault_aws_role_session_name vault_aws_sts_endpoint_url vault_aws_ttl vault_azure_certs_client_id
        vault_azure_certs_neg_ttl vault_azure_certs_resurrect_ttl vault_azure_certs_tenant_id vault_azure_certs_ttl
        vault_azure_certs_vault_uri vault_azure_client_id vault_azure_decode_base64 vault_azure_neg_ttl vault_azure_resurrect_ttl
        vault_azure_tenant_id vault_azure_ttl vault_azure_type vault_azure_vault_uri vault_env_prefix vault_fs_decode_base64
        vault_fs_neg_ttl vault_fs_prefix vault_fs_resurrect_ttl vault_fs_ttl vault_gcp_decode_base64 vault_gcp_neg_ttl
        vault_gcp_project_id vault_gcp_resurrect_ttl vault_gcp_ttl vault_hcv_approle_auth_path vault_hcv_approle_response_wrapping
        vault_hcv_approle_role_id vault_hcv_approle_secret_id vault_hcv_approle_secret_id_file vault_hcv_auth_method
        vault_hcv_aws_access_key_id vault_hcv_aws_assume_role_arn vault_hcv_aws_auth_nonce vault_hcv_aws_auth_region
        vault_hcv_aws_auth_role vault_hcv_aws_login_path vault_hcv_aws_role_session_name vault_hcv_aws_secret_access_key
        vault_hcv_aws_sts_endpoint_url vault_hcv_azure_auth_role vault_hcv_azure_login_path vault_hcv_cert_auth_cert
        vault_hcv_cert_auth_cert_key vault_hcv_cert_auth_role_name vault_hcv_decode_base64 vault_hcv_gcp_auth_role
        vault_hcv_gcp_jwt_exp vault_hcv_gcp_login_path vault_hcv_gcp_service_account vault_hcv_host vault_hcv_jwt_role
        vault_hcv_kube_api_token_file vault_hcv_kube_auth_path vault_hcv_kube_role vault_hcv_kv vault_hcv_mount vault_hcv_namespace
        vault_hcv_neg_ttl vault_hcv_oauth2_audiences vault_hcv_oauth2_client_id vault_hcv_oauth2_client_secret
        vault_hcv_oauth2_token_endpoint vault_hcv_port vault_hcv_protocol vault_hcv_resurrect_ttl vault_hcv_ssl_verify vault_hcv_token
        vault_hcv_ttl vaults vaults_lazy_load_secrets via_header_comply_rfc vitals vitals_prometheus_scrape_interval
        vitals_statsd_address vitals_statsd_prefix vitals_statsd_udp_packet_size vitals_strategy vitals_tsdb_address
        vitals_tsdb_password vitals_tsdb_user wasm wasm_dynamic_module wasm_filters wasm_filters_path worker_consistency
        worker_events_max_payload worker_state_update_frequency
        """;
}
